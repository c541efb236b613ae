-- What a person decided about a delivery, and who that was: an auditor asks.
CREATE TABLE decided (
    delivery_id bigint NOT NULL REFERENCES delivery (id),
    at          text COLLATE "C" NOT NULL,
    what        text NOT NULL,
    decided_by  text,
    PRIMARY KEY (delivery_id, at)
);

CREATE TRIGGER still_here BEFORE INSERT OR UPDATE OR DELETE ON decided
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved();
