-- CreateTable
CREATE TABLE "tenant" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person" (
    "id" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "disabled" TIMESTAMPTZ(3),
    "created" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role_holding" (
    "person_id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "given_by" TEXT NOT NULL,
    "given" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_holding_pkey" PRIMARY KEY ("person_id","tenant_id","role")
);

-- CreateTable
CREATE TABLE "approver_group" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "approver_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_member" (
    "group_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "added_by" TEXT NOT NULL,
    "added" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "group_member_pkey" PRIMARY KEY ("group_id","person_id")
);

-- CreateTable
CREATE TABLE "sign_in" (
    "id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "started" TIMESTAMPTZ(3) NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,
    "ended" TIMESTAMPTZ(3),
    "address" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "sign_in_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trust_domain" (
    "name" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "bundle" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "trust_domain_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "agent" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "environments" TEXT[],
    "suspended" TIMESTAMPTZ(3),
    "created" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "rev" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "agent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agent_owner" (
    "agent_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,

    CONSTRAINT "agent_owner_pkey" PRIMARY KEY ("agent_id","person_id")
);

-- CreateTable
CREATE TABLE "agent_identity" (
    "id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "trust_domain" TEXT NOT NULL,
    "workload" TEXT NOT NULL,

    CONSTRAINT "agent_identity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resource_server" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "check" TEXT NOT NULL,
    "client_jwk" JSONB,
    "suspended" TIMESTAMPTZ(3),
    "rev" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "resource_server_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "scope" (
    "id" TEXT NOT NULL,
    "server_id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "sensitivity" INTEGER NOT NULL,
    "data_domain" TEXT NOT NULL,
    "max_seconds" INTEGER NOT NULL,
    "retired" TIMESTAMPTZ(3),

    CONSTRAINT "scope_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "template" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "goal" TEXT NOT NULL,
    "goal_category" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "duration_seconds" INTEGER NOT NULL,
    "scope_ids" TEXT[],
    "position" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "template_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_set" (
    "version" TEXT NOT NULL,
    "serial" INTEGER NOT NULL,
    "schema" TEXT NOT NULL,
    "policies" JSONB NOT NULL,
    "created" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "policy_set_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "policy_in_force" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "version" TEXT NOT NULL,
    "activated" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "policy_in_force_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "request" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "requester_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "template_id" TEXT,
    "filed_from" TEXT,
    "goal" TEXT NOT NULL,
    "goal_category" TEXT NOT NULL,
    "justification" TEXT NOT NULL,
    "ticket" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "duration_seconds" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "rev" INTEGER NOT NULL DEFAULT 1,
    "stages" JSONB NOT NULL,
    "policy_set" TEXT NOT NULL,
    "filed" TIMESTAMPTZ(3) NOT NULL,
    "decided" TIMESTAMPTZ(3),
    "answer_by" TIMESTAMPTZ(3) NOT NULL,
    "lapse_noted" BOOLEAN NOT NULL DEFAULT false,
    "digest" TEXT NOT NULL,

    CONSTRAINT "request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "request_scope" (
    "request_id" TEXT NOT NULL,
    "scope_id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "sensitivity" INTEGER NOT NULL,
    "data_domain" TEXT NOT NULL,
    "max_seconds" INTEGER NOT NULL,
    "server_id" TEXT NOT NULL,
    "server_name" TEXT NOT NULL,
    "server_identifier" TEXT NOT NULL,
    "server_type" TEXT NOT NULL,

    CONSTRAINT "request_scope_pkey" PRIMARY KEY ("request_id","scope_id")
);

-- CreateTable
CREATE TABLE "approval" (
    "id" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "reason" TEXT,
    "nonce" TEXT NOT NULL,
    "preimage" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "signed" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signing_nonce" (
    "nonce" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "preimage" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,
    "used" TIMESTAMPTZ(3),

    CONSTRAINT "signing_nonce_pkey" PRIMARY KEY ("nonce")
);

-- CreateTable
CREATE TABLE "decision" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "request_id" TEXT,
    "grant_id" TEXT,
    "scope_id" TEXT,
    "asked" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "policy_set" TEXT NOT NULL,
    "input" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "stages" JSONB NOT NULL,
    "policy_ids" TEXT[],
    "says" TEXT[],
    "errors" TEXT[],
    "made" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "permission_grant" (
    "id" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "requester_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "opened" TIMESTAMPTZ(3) NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,
    "ended" TIMESTAMPTZ(3),
    "ended_by" TEXT,
    "end_reason" TEXT,
    "expiry_noted" BOOLEAN NOT NULL DEFAULT false,
    "rev" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "permission_grant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "grant_scope" (
    "grant_id" TEXT NOT NULL,
    "scope_id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "sensitivity" INTEGER NOT NULL,
    "data_domain" TEXT NOT NULL,
    "max_seconds" INTEGER NOT NULL,
    "server_id" TEXT NOT NULL,
    "server_name" TEXT NOT NULL,
    "server_identifier" TEXT NOT NULL,
    "server_type" TEXT NOT NULL,

    CONSTRAINT "grant_scope_pkey" PRIMARY KEY ("grant_id","scope_id")
);

-- CreateTable
CREATE TABLE "mandate" (
    "id" TEXT NOT NULL,
    "grant_id" TEXT NOT NULL,
    "to_human" TEXT,
    "to_agent" TEXT,
    "issued" TIMESTAMPTZ(3) NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mandate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "credential" (
    "id" TEXT NOT NULL,
    "grant_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "server_id" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "jkt" TEXT NOT NULL,
    "issued" TIMESTAMPTZ(3) NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,
    "revoked" TIMESTAMPTZ(3),

    CONSTRAINT "credential_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signing_key" (
    "kid" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "sealed" TEXT NOT NULL,
    "created" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("kid")
);

-- CreateTable
CREATE TABLE "used_once" (
    "key" TEXT NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "used_once_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "workload_pin" (
    "hash" TEXT NOT NULL,
    "jkt" TEXT NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workload_pin_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "trail_head" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "next_leaf" BIGINT NOT NULL,
    "chain" BYTEA NOT NULL,

    CONSTRAINT "trail_head_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trail_event" (
    "leaf" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "type" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "tenant_id" TEXT,
    "human_id" TEXT,
    "agent_id" TEXT,
    "request_id" TEXT,
    "grant_id" TEXT,
    "credential_id" TEXT,
    "decision_ids" TEXT[],
    "policy_ids" TEXT[],
    "entry" TEXT NOT NULL,
    "leaf_hash" BYTEA NOT NULL,
    "chain" BYTEA NOT NULL,
    "search" tsvector,

    CONSTRAINT "trail_event_pkey" PRIMARY KEY ("leaf")
);

-- CreateTable
CREATE TABLE "trail_text" (
    "leaf" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "salt" BYTEA NOT NULL,
    "text" TEXT,
    "search" tsvector,

    CONSTRAINT "trail_text_pkey" PRIMARY KEY ("leaf","name")
);

-- CreateTable
CREATE TABLE "lease" (
    "name" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "fence" BIGINT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lease_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "preference" (
    "person_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "preference_pkey" PRIMARY KEY ("person_id","name")
);

-- CreateIndex
CREATE UNIQUE INDEX "tenant_slug_key" ON "tenant"("slug");

-- CreateIndex
CREATE INDEX "person_issuer_subject_idx" ON "person"("issuer", "subject");

-- CreateIndex
CREATE UNIQUE INDEX "approver_group_tenant_id_slug_key" ON "approver_group"("tenant_id", "slug");

-- CreateIndex
CREATE INDEX "sign_in_person_id_started_idx" ON "sign_in"("person_id", "started");

-- CreateIndex
CREATE UNIQUE INDEX "agent_tenant_id_slug_key" ON "agent"("tenant_id", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "agent_identity_trust_domain_workload_key" ON "agent_identity"("trust_domain", "workload");

-- CreateIndex
CREATE UNIQUE INDEX "resource_server_identifier_key" ON "resource_server"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "scope_server_id_action_resource_key" ON "scope"("server_id", "action", "resource");

-- CreateIndex
CREATE UNIQUE INDEX "template_tenant_id_slug_key" ON "template"("tenant_id", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "policy_set_serial_key" ON "policy_set"("serial");

-- CreateIndex
CREATE INDEX "request_tenant_id_filed_id_idx" ON "request"("tenant_id", "filed" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "request_requester_id_filed_idx" ON "request"("requester_id", "filed" DESC);

-- CreateIndex
CREATE INDEX "request_state_answer_by_idx" ON "request"("state", "answer_by");

-- CreateIndex
CREATE INDEX "request_agent_id_filed_idx" ON "request"("agent_id", "filed" DESC);

-- CreateIndex
CREATE INDEX "request_scope_tenant_id_idx" ON "request_scope"("tenant_id");

-- CreateIndex
CREATE UNIQUE INDEX "approval_nonce_key" ON "approval"("nonce");

-- CreateIndex
CREATE INDEX "approval_person_id_signed_idx" ON "approval"("person_id", "signed");

-- CreateIndex
CREATE UNIQUE INDEX "approval_request_id_version_tenant_id_stage_person_id_key" ON "approval"("request_id", "version", "tenant_id", "stage", "person_id");

-- CreateIndex
CREATE INDEX "decision_request_id_made_idx" ON "decision"("request_id", "made");

-- CreateIndex
CREATE INDEX "decision_grant_id_made_idx" ON "decision"("grant_id", "made");

-- CreateIndex
CREATE UNIQUE INDEX "permission_grant_request_id_key" ON "permission_grant"("request_id");

-- CreateIndex
CREATE INDEX "permission_grant_state_expires_idx" ON "permission_grant"("state", "expires");

-- CreateIndex
CREATE INDEX "permission_grant_requester_id_opened_idx" ON "permission_grant"("requester_id", "opened" DESC);

-- CreateIndex
CREATE INDEX "permission_grant_agent_id_opened_idx" ON "permission_grant"("agent_id", "opened" DESC);

-- CreateIndex
CREATE INDEX "grant_scope_tenant_id_idx" ON "grant_scope"("tenant_id");

-- CreateIndex
CREATE INDEX "mandate_grant_id_idx" ON "mandate"("grant_id");

-- CreateIndex
CREATE INDEX "credential_grant_id_issued_idx" ON "credential"("grant_id", "issued");

-- CreateIndex
CREATE INDEX "used_once_expires_idx" ON "used_once"("expires");

-- CreateIndex
CREATE INDEX "workload_pin_expires_idx" ON "workload_pin"("expires");

-- CreateIndex
CREATE INDEX "trail_event_search_idx" ON "trail_event" USING GIN ("search");

-- CreateIndex
CREATE INDEX "trail_event_request_id_leaf_idx" ON "trail_event"("request_id", "leaf");

-- CreateIndex
CREATE INDEX "trail_event_grant_id_leaf_idx" ON "trail_event"("grant_id", "leaf");

-- CreateIndex
CREATE INDEX "trail_event_agent_id_leaf_idx" ON "trail_event"("agent_id", "leaf" DESC);

-- CreateIndex
CREATE INDEX "trail_event_human_id_leaf_idx" ON "trail_event"("human_id", "leaf" DESC);

-- CreateIndex
CREATE INDEX "trail_event_tenant_id_leaf_idx" ON "trail_event"("tenant_id", "leaf" DESC);

-- CreateIndex
CREATE INDEX "trail_event_type_leaf_idx" ON "trail_event"("type", "leaf" DESC);

-- CreateIndex
CREATE INDEX "trail_event_at_idx" ON "trail_event"("at");

-- CreateIndex
CREATE INDEX "trail_event_decision_ids_idx" ON "trail_event" USING GIN ("decision_ids");

-- CreateIndex
CREATE INDEX "trail_text_search_idx" ON "trail_text" USING GIN ("search");

-- AddForeignKey
ALTER TABLE "role_holding" ADD CONSTRAINT "role_holding_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_member" ADD CONSTRAINT "group_member_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "approver_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_member" ADD CONSTRAINT "group_member_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_in" ADD CONSTRAINT "sign_in_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent_owner" ADD CONSTRAINT "agent_owner_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent_identity" ADD CONSTRAINT "agent_identity_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "scope" ADD CONSTRAINT "scope_server_id_fkey" FOREIGN KEY ("server_id") REFERENCES "resource_server"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request_scope" ADD CONSTRAINT "request_scope_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval" ADD CONSTRAINT "approval_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision" ADD CONSTRAINT "decision_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "request"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "permission_grant" ADD CONSTRAINT "permission_grant_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grant_scope" ADD CONSTRAINT "grant_scope_grant_id_fkey" FOREIGN KEY ("grant_id") REFERENCES "permission_grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credential" ADD CONSTRAINT "credential_grant_id_fkey" FOREIGN KEY ("grant_id") REFERENCES "permission_grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The trail is append-only: nobody changes or removes an entry, not even the application.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The trail is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER trail_event_stays BEFORE UPDATE OR DELETE ON trail_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trail_event_whole BEFORE TRUNCATE ON trail_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trail_text_whole BEFORE TRUNCATE ON trail_text FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trail_text_stays BEFORE DELETE ON trail_text FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Free text may be redacted, and nothing else: its commitment stays in the entry.
CREATE TRIGGER trail_text_redacted BEFORE UPDATE ON trail_text FOR EACH ROW
  WHEN (NEW.text IS NOT NULL OR NEW.leaf <> OLD.leaf OR NEW.name <> OLD.name OR NEW.salt <> OLD.salt)
  EXECUTE FUNCTION refuse_change();

-- The head only moves forward.
CREATE FUNCTION refuse_going_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR NEW.id <> OLD.id OR NEW.next_leaf < OLD.next_leaf THEN
    RAISE EXCEPTION 'The head of the trail only moves forward.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER trail_head_forward BEFORE UPDATE OR DELETE ON trail_head FOR EACH ROW EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER trail_head_whole BEFORE TRUNCATE ON trail_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

INSERT INTO trail_head (id, next_leaf, chain) VALUES (1, 0, decode(repeat('00', 32), 'hex'));
