-- The head of the trail says under which version everything stands that a credential or an answer to a resource server is
-- decided on. A version moves with each transaction that changes any of it, whoever writes it and with whatever code.
-- Whoever holds the head and finds it as it was when they read knows that nothing has changed since, without reading any
-- of it again. No numbers: a database that was restored would count to the same ones once more.
--
--   grounds_rev      who holds what, which grants, agents, servers, scopes, signatures and policies there are
--   trust_rev        who is believed: trust domains, issuers, our own keys, the keys and secrets of resource servers
--   credentials_rev  which credentials were taken back

-- Nobody is made to wait long: whoever holds a table is waited for in short turns.
SET LOCAL lock_timeout = '400ms';

-- Runs at the commit, behind everything the transaction wrote: the head is taken last there too. Once for each version.
CREATE FUNCTION move_grounds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moved text := 'countersign.moved_' || TG_ARGV[0];
BEGIN
  IF current_setting(moved, true) IS DISTINCT FROM pg_current_xact_id()::text THEN
    UPDATE trail_head SET
      grounds_rev = CASE WHEN TG_ARGV[0] IN ('grounds', 'trust') THEN gen_random_uuid() ELSE grounds_rev END,
      trust_rev = CASE WHEN TG_ARGV[0] = 'trust' THEN gen_random_uuid() ELSE trust_rev END,
      credentials_rev = CASE WHEN TG_ARGV[0] = 'credentials' THEN gen_random_uuid() ELSE credentials_rev END
    WHERE id = 1;
    PERFORM set_config(moved, pg_current_xact_id()::text, true);
  END IF;
  RETURN NULL;
END $$;

DO $$
DECLARE
  watched record;
BEGIN
  -- What is made new in some of these is nobody's ground yet, and some of their columns never are.
  FOR watched IN SELECT * FROM (VALUES
    ('tenant', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('person', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('role_holding', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('approver_group', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('group_member', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('group_nesting', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('group_reach', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('approval', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('break_glass', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('agent', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('agent_owner', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('agent_identity', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('agent_key', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('agent_subject', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('scope', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('policy_in_force', 'grounds', 'INSERT OR UPDATE OR DELETE'),
    ('request', 'grounds', 'UPDATE OF version, goal_category, duration_seconds OR DELETE'),
    ('permission_grant', 'grounds', 'UPDATE OF request_id, tenant_id, requester_id, agent_id, environment, state,
      duration_seconds, expires, decision_ids, uses, delegation OR DELETE'),
    ('grant_scope', 'grounds', 'UPDATE OR DELETE'),
    ('grant_status', 'grounds', 'UPDATE OR DELETE'),
    ('child_grant', 'grounds', 'UPDATE OR DELETE'),
    ('decision', 'grounds', 'UPDATE OR DELETE'),
    ('trust_domain', 'trust', 'INSERT OR UPDATE OR DELETE'),
    ('oidc_issuer', 'trust', 'INSERT OR UPDATE OR DELETE'),
    ('signing_key', 'trust', 'INSERT OR UPDATE OF state, public_jwk, sealed OR DELETE'),
    ('resource_server', 'trust', 'INSERT OR UPDATE OR DELETE'),
    ('credential', 'credentials', 'UPDATE OR DELETE')
  ) AS of (of_table, version, changes)
  LOOP
    EXECUTE format('CREATE CONSTRAINT TRIGGER grounds_moved AFTER %s ON %I DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION move_grounds(%L)', watched.changes, watched.of_table, watched.version);
    EXECUTE format('CREATE TRIGGER grounds_emptied AFTER TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION move_grounds(%L)', watched.of_table, watched.version);
  END LOOP;
END $$;

-- What the hot path writes of everything in flight, in one statement that is a transaction by itself. First what serves
-- once is spent; where any of it had been spent before, nothing else is written, and `stored` says which was not. Then
-- the credentials that were shown are held, and the head is taken: where one was taken back, the grounds have moved since
-- `expected` was read, or `until` has passed, nothing else is written either. What is left was decided on what is so now,
-- and stays so until this has committed.
CREATE FUNCTION append_unmoved(expected uuid, until timestamptz, keys text[], ends timestamptz[], shown text[],
  decisions json, credentials json, events json, before text[], between_ text[], behind text[], texts json,
  OUT stored text[], OUT is_written boolean) LANGUAGE plpgsql
  -- Else each statement is planned anew for each number of rows.
  SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  held bigint;
BEGIN
  is_written := false;
  WITH spent AS (INSERT INTO used_once (key, expires)
    SELECT u.key, u.expires FROM unnest(keys, ends) AS u(key, expires) ORDER BY u.key
    ON CONFLICT (key) DO NOTHING RETURNING key)
  SELECT array_agg(key) INTO stored FROM spent;
  IF coalesce(cardinality(stored), 0) < cardinality(keys) THEN
    RETURN;
  END IF;
  IF cardinality(shown) > 0 THEN
    SELECT count(*) INTO held FROM
      (SELECT id FROM credential WHERE id = ANY (shown) AND revoked IS NULL ORDER BY id FOR SHARE) live;
    IF held < cardinality(shown) THEN
      RETURN;
    END IF;
  END IF;
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

-- Last: whoever waits for the head has written to their tables already.
ALTER TABLE "trail_head" ADD COLUMN "grounds_rev" UUID NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN "trust_rev" UUID NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN "credentials_rev" UUID NOT NULL DEFAULT gen_random_uuid();
