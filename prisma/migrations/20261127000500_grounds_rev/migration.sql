-- The version of everything a credential or an answer to a resource server is decided on: who is believed, who holds
-- what, which grants, agents, servers and policies there are and how they stand. It moves with every transaction that
-- changes any of it, whoever writes it and with whatever code, and stands in the head of the trail: whoever holds the
-- head and finds it as it was when they read knows that nothing has changed since, without reading any of it again. No
-- number: a database that was restored would count to the same ones once more.
ALTER TABLE "trail_head" ADD COLUMN "grounds_rev" UUID NOT NULL DEFAULT gen_random_uuid();

-- Runs at the commit, behind everything the transaction wrote: the head is taken last there too. Once for each.
CREATE FUNCTION move_grounds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('countersign.moved', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
    UPDATE trail_head SET grounds_rev = gen_random_uuid() WHERE id = 1;
    PERFORM set_config('countersign.moved', pg_current_xact_id()::text, true);
  END IF;
  RETURN NULL;
END $$;

DO $$
DECLARE
  changed text;
  moved record;
BEGIN
  FOREACH changed IN ARRAY ARRAY['tenant', 'person', 'role_holding', 'approver_group', 'group_member', 'group_nesting',
    'group_reach', 'approval', 'break_glass', 'trust_domain', 'oidc_issuer', 'agent', 'agent_owner', 'agent_identity',
    'agent_key', 'agent_subject', 'resource_server', 'scope', 'policy_in_force']
  LOOP
    EXECUTE format('CREATE CONSTRAINT TRIGGER grounds_moved AFTER INSERT OR UPDATE OR DELETE ON %I
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION move_grounds()', changed);
  END LOOP;
  -- What is made new in these is nobody's ground yet, and some of their columns never are.
  FOR moved IN SELECT * FROM (VALUES
    ('request', 'version, goal_category, duration_seconds'),
    ('permission_grant', 'request_id, tenant_id, requester_id, agent_id, environment, state, duration_seconds, expires,
      decision_ids, uses, delegation'),
    ('grant_scope', 'action, resource, sensitivity, data_domain, max_seconds, server_id, server_identifier'),
    ('grant_status', 'list, idx'),
    ('child_grant', 'parent_id, root_id, above'),
    ('credential', 'grant_id, agent_id, server_id, expires, revoked, decision_ids')
  ) AS of (of_table, of_columns)
  LOOP
    EXECUTE format('CREATE CONSTRAINT TRIGGER grounds_moved AFTER UPDATE OF %s OR DELETE ON %I
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION move_grounds()', moved.of_columns, moved.of_table);
  END LOOP;
  CREATE CONSTRAINT TRIGGER grounds_moved AFTER INSERT OR DELETE OR UPDATE OF state, public_jwk, sealed ON signing_key
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION move_grounds();
END $$;

-- What the hot path writes of everything in flight, in one statement that is a transaction by itself. First what serves
-- once is spent; where any of it had been spent before, nothing else is written, and `stored` says which was not. Then
-- the head is taken: where the grounds have moved since `expected` was read, or `until` has passed, nothing else is
-- written either. What is left was decided on what is so now, and stays so until this has committed. The rows that what
-- is written belongs to are held before the head and in order, as everywhere: requests, grants, the head.
CREATE FUNCTION append_unmoved(expected uuid, until timestamptz, keys text[], ends timestamptz[], of_requests text[],
  of_grants text[], decisions json,
  credentials json, events json, before text[], between_ text[], behind text[], texts json,
  OUT stored text[], OUT is_written boolean) LANGUAGE plpgsql
  -- Else each statement is planned anew for each number of rows.
  SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  is_written := false;
  WITH spent AS (INSERT INTO used_once (key, expires)
    SELECT u.key, u.expires FROM unnest(keys, ends) AS u(key, expires) ORDER BY u.key
    ON CONFLICT (key) DO NOTHING RETURNING key)
  SELECT array_agg(key) INTO stored FROM spent;
  IF coalesce(cardinality(stored), 0) < cardinality(keys) THEN
    RETURN;
  END IF;
  PERFORM 1 FROM request WHERE id = ANY (of_requests) ORDER BY id FOR KEY SHARE;
  PERFORM 1 FROM permission_grant WHERE id = ANY (of_grants) ORDER BY id FOR KEY SHARE;
  PERFORM 1 FROM trail_head WHERE id = 1 AND grounds_rev = expected FOR UPDATE;
  IF NOT FOUND OR clock_timestamp() >= until THEN
    RETURN;
  END IF;
  INSERT INTO decision (id, tenant_id, request_id, grant_id, scope_id, asked, action, resource, policy_set, input,
    verdict, stages, policy_ids, says, errors, reason, made)
  SELECT d.id, d."tenantId", d."requestId", d."grantId", d."scopeId", d.asked, d.action, d.resource, d."policySet",
    d.input, d.verdict, d.stages, d."policyIds", d.says, d.errors, d.reason, d.made
  FROM json_to_recordset(decisions) AS d(id text, "tenantId" text, "requestId" text, "grantId" text, "scopeId" text,
    asked text, action text, resource text, "policySet" text, input text, verdict text, stages jsonb,
    "policyIds" text[], says text[], errors text[], reason text, made timestamptz);
  IF credentials IS NOT NULL THEN
    INSERT INTO credential (id, grant_id, agent_id, server_id, scope, jkt, issued, expires, decision_ids)
    SELECT c.id, c."grantId", c."agentId", c."serverId", c.scope, c.jkt, c.issued, c.expires, c."decisionIds"
    FROM json_to_recordset(credentials) AS c(id text, "grantId" text, "agentId" text, "serverId" text, scope text,
      jkt text, issued timestamptz, expires timestamptz, "decisionIds" text[]);
  END IF;
  PERFORM append_events(events, before, between_, behind, texts, NULL);
  is_written := true;
END $$;
