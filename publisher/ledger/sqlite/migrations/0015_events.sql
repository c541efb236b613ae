-- What was done, by whom, in the commit of what it tells of. It is only ever added to.

CREATE TABLE event (
    id            INTEGER PRIMARY KEY,
    at            TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    done_by       TEXT,                    -- user@host; NULL: it was done before this was recorded
    ref           TEXT NOT NULL,
    what          TEXT NOT NULL,           -- said, planned, decided, left, work_begun, or the state a delivery came to
    update_number INTEGER,
    channel       TEXT,
    operation     TEXT,
    detail        TEXT
) STRICT;

CREATE INDEX event_by_ref ON event (ref, id);

-- What was recorded elsewhere until now.
INSERT INTO event (at, done_by, ref, what, update_number, channel, operation, detail)
SELECT * FROM (
    SELECT published_at AS at, said_by, ref, 'said', number, NULL, NULL, kind FROM announcement_update
    UNION ALL
    SELECT started_at, NULL, ref, 'sending', update_number, channel, operation, attempt.step
    FROM attempt JOIN delivery ON delivery.id = delivery_id
    UNION ALL
    SELECT ended_at, NULL, ref, attempt.state, update_number, channel, operation, attempt.error
    FROM attempt JOIN delivery ON delivery.id = delivery_id WHERE ended_at IS NOT NULL AND attempt.state IS NOT NULL
    UNION ALL
    SELECT at, decided_by, ref, 'decided', update_number, channel, operation, what
    FROM decided JOIN delivery ON delivery.id = delivery_id
    UNION ALL
    SELECT at, NULL, ref, 'left', update_number, channel, NULL, why FROM left_for_good
    UNION ALL
    SELECT at, begun_by, ref, 'work_begun', NULL, NULL, NULL, NULL FROM work_begun
) ORDER BY at;

CREATE TRIGGER event_stands BEFORE UPDATE ON event BEGIN
    SELECT RAISE(ABORT, 'events are only added to');
END;

CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN
    SELECT RAISE(ABORT, 'events are only added to');
END;
