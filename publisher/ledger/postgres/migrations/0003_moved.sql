-- Where the ledger goes on, once it has been moved: from then on nothing is written or read here. At most one row.
CREATE TABLE moved (
    place    text NOT NULL,
    at       text NOT NULL,
    is_whole boolean NOT NULL
);

-- Whoever had opened it before that writes nothing more, either.
CREATE FUNCTION refuse_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone record;
BEGIN
    SELECT place, is_whole INTO gone FROM announce.moved LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the ledger was moved'
            USING ERRCODE = 'AN002', DETAIL = gone.place, HINT = gone.is_whole::text;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER still_here BEFORE INSERT OR UPDATE OR DELETE ON announcement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved();
CREATE TRIGGER still_here BEFORE INSERT OR UPDATE OR DELETE ON announcement_update
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved();
CREATE TRIGGER still_here BEFORE INSERT OR UPDATE OR DELETE ON delivery
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved();
CREATE TRIGGER still_here BEFORE INSERT OR UPDATE OR DELETE ON attempt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved();
CREATE TRIGGER still_here BEFORE INSERT OR UPDATE OR DELETE ON given_up
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved();
CREATE TRIGGER still_here BEFORE INSERT OR UPDATE OR DELETE ON left_for_good
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved();
CREATE TRIGGER still_here BEFORE INSERT OR UPDATE OR DELETE ON work_begun
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved();
CREATE TRIGGER still_here BEFORE INSERT OR UPDATE OR DELETE ON seen
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved();
