-- What strangers found of an update on a channel, and where: a row for each look that found something else than the one
-- before it.
CREATE TABLE seen (
    ref           text NOT NULL,
    update_number integer NOT NULL,
    channel       text NOT NULL,
    at            text COLLATE "C" NOT NULL,
    what          text NOT NULL,
    url           text,
    PRIMARY KEY (ref, update_number, channel, at),
    FOREIGN KEY (ref, update_number) REFERENCES announcement_update (ref, number)
);
