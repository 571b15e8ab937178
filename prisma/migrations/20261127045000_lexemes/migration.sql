-- What an event is found by comes as lexemes: ids, actions and addresses are one word each, and to have them taken apart
-- cost more than all else of writing the event down. Texts of several words are taken apart as before, and so is all that
-- older code sends.
CREATE OR REPLACE FUNCTION append_events(events json, before text[], between_ text[], behind text[], texts json, at timestamptz,
  OUT next_leaf bigint) LANGUAGE plpgsql
  -- Else each statement is planned anew for each number of events.
  SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  first bigint;
  head bytea;
  said text;
  entries text[] := '{}';
  hashes bytea[] := '{}';
  chains bytea[] := '{}';
  entry text;
  hash bytea;
BEGIN
  SELECT h.next_leaf, h.chain INTO first, head FROM trail_head h WHERE h.id = 1 FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The trail has no head. The database was not migrated.';
  END IF;
  -- Read under the lock: times follow the leaves.
  at := date_trunc('milliseconds', coalesce(at, clock_timestamp()));
  said := to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  next_leaf := first;
  FOR n IN 1 .. cardinality(before) LOOP
    entry := before[n] || said || between_[n] || next_leaf || behind[n];
    hash := sha256('\x00'::bytea || convert_to(entry, 'UTF8'));
    head := sha256(head || hash);
    entries[n] := entry;
    hashes[n] := hash;
    chains[n] := head;
    next_leaf := next_leaf + 1;
  END LOOP;
  -- Names are looked up when the event is written, so that people can search for them; the entry holds ids only.
  INSERT INTO trail_event (leaf, at, type, outcome, tenant_id, human_id, agent_id, request_id, grant_id, credential_id,
    decision_ids, policy_ids, entry, leaf_hash, chain, search)
  SELECT first + e.n - 1, append_events.at, e.type, e.outcome, e.tenant_id, e.human_id, e.agent_id, e.request_id,
    e.grant_id, e.credential_id, e.decision_ids, e.policy_ids, e.entry, e.hash, e.chain,
    array_to_tsvector(coalesce(e.lexemes, '{}')) || to_tsvector('simple', concat_ws(' ', e.words, a.slug, p.name))
  FROM ROWS FROM (json_to_recordset(events) AS (type text, outcome text, tenant_id text, human_id text, agent_id text,
      request_id text, grant_id text, credential_id text, decision_ids text[], policy_ids text[], words text, lexemes text[]),
    unnest(entries), unnest(hashes), unnest(chains)) WITH ORDINALITY AS e(type, outcome, tenant_id, human_id, agent_id,
      request_id, grant_id, credential_id, decision_ids, policy_ids, words, lexemes, entry, hash, chain, n)
  LEFT JOIN agent a ON a.id = e.agent_id
  LEFT JOIN person p ON p.id = e.human_id;
  IF texts IS NOT NULL THEN
    INSERT INTO trail_text (leaf, name, salt, text, search)
    SELECT first + t.event, t.name, decode(t.salt, 'hex'), t.text, to_tsvector('simple', t.text)
    FROM json_to_recordset(texts) AS t(event int, name text, salt text, text text);
  END IF;
  UPDATE trail_head SET next_leaf = append_events.next_leaf, chain = head WHERE id = 1;
END $$;
