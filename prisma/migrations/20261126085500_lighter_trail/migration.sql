-- What an act was decided on holds the working hours policy was told: other ones are other grounds.
CREATE OR REPLACE FUNCTION lock_grounds(of_tenants text[], of_people text[], of_holders text[], of_agents text[],
  of_servers text[], of_scopes text[], of_grants text[],
  OUT policy_version text, OUT locked text, OUT at timestamptz) LANGUAGE plpgsql
  -- Else each statement is planned anew for each number of ids.
  SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  tenants json;
  people json;
  roles json;
  memberships json;
  agents json;
  owners json;
  servers json;
  scopes json;
  grants json;
BEGIN
  SELECT version INTO policy_version FROM policy_in_force WHERE id = 1 FOR SHARE;
  SELECT json_agg(x) INTO tenants FROM
    (SELECT id, hours_rev AS "hoursRev" FROM tenant WHERE id = ANY (of_tenants) ORDER BY id FOR SHARE) x;
  SELECT json_agg(x) INTO people FROM
    (SELECT id, disabled FROM person WHERE id = ANY (of_people) ORDER BY id FOR SHARE) x;
  SELECT json_agg(x) INTO roles FROM
    (SELECT person_id AS of, concat_ws(' ', tenant_id, role) AS key FROM role_holding
      WHERE person_id = ANY (of_holders) ORDER BY person_id, tenant_id, role FOR SHARE) x;
  -- A seat is the very one that was read, as in lib/data/membership-row.ts: in its own group, and in all that its group
  -- is inside of. What is inside what changes only while its tenant is held, and that lock is taken above.
  SELECT json_agg(seat) INTO memberships FROM
    (SELECT seat FROM
      (SELECT concat_ws(' ', group_id, person_id, added_by, (extract(epoch FROM added) * 1000)::bigint) AS seat
        FROM group_member WHERE person_id = ANY (of_people) ORDER BY group_id, person_id FOR SHARE) own
    UNION ALL
    SELECT concat_ws(' ', m.group_id, m.person_id, m.added_by, (extract(epoch FROM m.added) * 1000)::bigint,
        w.outer_id, (extract(epoch FROM w.since) * 1000)::bigint)
      FROM group_member m JOIN group_reach w ON w.inner_id = m.group_id WHERE m.person_id = ANY (of_people)) x;
  SELECT json_agg(x) INTO agents FROM
    (SELECT id, suspended, rev FROM agent WHERE id = ANY (of_agents) ORDER BY id FOR SHARE) x;
  SELECT json_agg(x) INTO owners FROM
    (SELECT agent_id AS of, person_id AS key FROM agent_owner
      WHERE agent_id = ANY (of_agents) ORDER BY agent_id, person_id FOR SHARE) x;
  SELECT json_agg(x) INTO servers FROM
    (SELECT id, suspended FROM resource_server WHERE id = ANY (of_servers) ORDER BY id FOR SHARE) x;
  SELECT json_agg(x) INTO scopes FROM
    (SELECT id, retired FROM scope WHERE id = ANY (of_scopes) ORDER BY id FOR SHARE) x;
  SELECT json_agg(x) INTO grants FROM
    (SELECT id, state, expires FROM permission_grant WHERE id = ANY (of_grants) ORDER BY id FOR SHARE) x;
  locked := json_build_object('tenants', tenants, 'people', people, 'roles', roles, 'memberships', memberships,
    'agents', agents, 'owners', owners, 'servers', servers, 'scopes', scopes, 'grants', grants);
  at := clock_timestamp();
END $$;

-- The ids of an event stand among the words it is searched by already.
DROP INDEX "trail_event_decision_ids_idx";

-- What was written since the last time enters the index of words: else the writer who fills its list does that for all,
-- with the head of the trail in its hands. Only the owner of an index may ask for it.
CREATE FUNCTION file_trail_words() RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT gin_clean_pending_list('public.trail_event_search_idx')
$$;
