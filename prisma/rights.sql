-- What each account may do. `migrate` runs this as the owner after every migration, in one transaction.
-- Every table is named: a new one is closed until it has its lines here.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, countersign_app, countersign_reader;

-- The application: console and authority. It writes the trail and never changes it.
GRANT SELECT, INSERT ON trail_event, trail_text, decision, approval, policy_set, mandate, grant_scope, grant_status,
  child_grant, request_comment TO countersign_app;
GRANT SELECT, INSERT, UPDATE (state, activated, retired, ended, signed_until, sealed) ON signing_key TO countersign_app;
GRANT SELECT, UPDATE (next_leaf, chain, grounds_rev, trust_rev, credentials_rev) ON trail_head TO countersign_app;
GRANT SELECT, INSERT, UPDATE (version, activated) ON policy_in_force TO countersign_app;
GRANT SELECT, INSERT, UPDATE (agent_id, template_id, goal, goal_category, justification, ticket, environment,
  duration_seconds, state, version, rev, stages, policy_set, decided, answer_by, wait_ends, next_mark, cools_until,
  lapse_noted, digest, decision_ids, sensitivity, decline_reason, delegation)
  ON request TO countersign_app;
GRANT SELECT, INSERT, UPDATE (state, ended, ended_by, end_reason, expiry_noted, uses_left, rev) ON permission_grant
  TO countersign_app;
GRANT SELECT, INSERT, UPDATE (revoked) ON credential TO countersign_app;
GRANT SELECT, INSERT, UPDATE (ended, idle_ends) ON sign_in TO countersign_app;
GRANT SELECT, INSERT, UPDATE (suspended, purpose, environments, rev) ON agent TO countersign_app;
GRANT SELECT, INSERT, UPDATE (suspended, removed, rev, "check", asks_online, client_jwk, secret_hash, secret_made,
  secret_rotated, old_secret_hash, old_secret_ends) ON resource_server TO countersign_app;
GRANT SELECT, INSERT, UPDATE (retired, sensitivity, data_domain, max_seconds) ON scope TO countersign_app;
GRANT SELECT, INSERT, UPDATE (name, goal, goal_category, environment, duration_seconds, scope_ids, retired, rev)
  ON template TO countersign_app;
GRANT SELECT, INSERT, UPDATE (bundle, version, environment, bundle_url, refreshed, next_refresh, problem), DELETE ON trust_domain
  TO countersign_app;
GRANT SELECT, INSERT, UPDATE (environment), DELETE ON agent_identity TO countersign_app;
GRANT SELECT, INSERT, UPDATE (jwks, environments, environment, rev), DELETE ON oidc_issuer TO countersign_app;
GRANT SELECT, INSERT, UPDATE (name, rev) ON approver_group TO countersign_app;
GRANT SELECT, INSERT, UPDATE (name, disabled, rev) ON person TO countersign_app;
GRANT SELECT, INSERT, UPDATE (state, decided_by, decided) ON proposal TO countersign_app;
GRANT SELECT, INSERT, UPDATE (used), DELETE ON signing_nonce TO countersign_app;
GRANT SELECT, INSERT, DELETE ON agent_key, agent_subject, used_once, workload_pin, agent_answer, request_scope,
  group_nesting, group_reach TO countersign_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_count TO countersign_app;
GRANT SELECT, INSERT, UPDATE (hash, changed) ON password TO countersign_app;
GRANT SELECT, INSERT, UPDATE (used), DELETE ON one_time_link, recovery_code TO countersign_app;
GRANT SELECT, INSERT, UPDATE (sealed, confirmed, last_step, pending) ON second_factor TO countersign_app;
GRANT SELECT, INSERT, UPDATE (ended) ON deputy TO countersign_app;
GRANT SELECT, INSERT, UPDATE (open_for, reviewed_by, reviewed, review_note, review_preimage, review_digest,
  review_proof) ON break_glass TO countersign_app;
GRANT SELECT, INSERT, UPDATE (name, counter, last_used), DELETE ON passkey TO countersign_app;
GRANT SELECT, INSERT, UPDATE (challenge, expires), DELETE ON passkey_challenge TO countersign_app;
GRANT SELECT, INSERT, UPDATE ON setup_link, lease, preference TO countersign_app;
GRANT SELECT, INSERT, UPDATE (next_leaf, fence) ON trail_cursor TO countersign_app;
GRANT SELECT, INSERT, UPDATE (read), DELETE ON notice TO countersign_app;
GRANT SELECT, INSERT, UPDATE (state, attempts, made, next_try, last_try, status, failure, delivered), DELETE
  ON delivery TO countersign_app;
GRANT SELECT, INSERT, UPDATE (active, failing_since, suspended, removed, rev, sealed) ON webhook TO countersign_app;
-- To hold a row still while it issues (FOR SHARE), PostgreSQL asks for the right to update one of its columns.
GRANT SELECT, INSERT, UPDATE (name, time_zone, work_days, work_from, work_until, hours_rev) ON tenant
  TO countersign_app;
GRANT SELECT, INSERT, UPDATE (given), DELETE ON role_holding TO countersign_app;
GRANT SELECT, INSERT, UPDATE (added), DELETE ON group_member TO countersign_app;
GRANT SELECT, INSERT, UPDATE (person_id), DELETE ON agent_owner TO countersign_app;
GRANT SELECT ON _prisma_migrations TO countersign_app;

-- Auditors and reports: no sealed key, no salt of a redacted text, nothing that is presented once.
GRANT SELECT ON trail_head, trail_event, decision, approval, policy_set, policy_in_force, request, request_scope,
  request_comment, permission_grant, grant_scope, mandate, credential, tenant, person, role_holding, approver_group,
  group_member, sign_in, agent, agent_owner, agent_identity, trust_domain, resource_server, scope, template, proposal,
  passkey, deputy, break_glass, group_nesting, group_reach, agent_key,
  agent_subject, oidc_issuer, grant_status, child_grant TO countersign_reader;
GRANT SELECT (leaf, name, text, search) ON trail_text TO countersign_reader;
GRANT SELECT (kid, state, public_jwk, created, activated, retired, ended, signed_until) ON signing_key TO countersign_reader;
GRANT SELECT (id, tenant_id, form, origin, digest, kinds, added_by, added, active, suspended, removed) ON webhook
  TO countersign_reader;
