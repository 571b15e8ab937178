-- CreateTable
CREATE TABLE "trail_cursor" (
    "name" TEXT NOT NULL,
    "next_leaf" BIGINT NOT NULL,
    "fence" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "trail_cursor_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "notice" (
    "leaf" BIGINT NOT NULL,
    "person_id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "request_id" TEXT,
    "says" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "read" TIMESTAMPTZ(3),

    CONSTRAINT "notice_pkey" PRIMARY KEY ("leaf","person_id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" TEXT NOT NULL,
    "leaf" BIGINT,
    "channel" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "request_id" TEXT,
    "says" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "made" TIMESTAMPTZ(3) NOT NULL,
    "next_try" TIMESTAMPTZ(3) NOT NULL,
    "last_try" TIMESTAMPTZ(3),
    "status" INTEGER,
    "failure" TEXT,
    "delivered" TIMESTAMPTZ(3),

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "form" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "kinds" TEXT[],
    "added_by" TEXT NOT NULL,
    "added" TIMESTAMPTZ(3) NOT NULL,
    "active" TIMESTAMPTZ(3),
    "failing_since" TIMESTAMPTZ(3),
    "suspended" TIMESTAMPTZ(3),
    "removed" TIMESTAMPTZ(3),
    "rev" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "notice_person_id_leaf_idx" ON "notice"("person_id", "leaf" DESC);

-- CreateIndex
CREATE INDEX "delivery_state_next_try_idx" ON "delivery"("state", "next_try");

-- CreateIndex
CREATE INDEX "delivery_channel_target_subject_leaf_idx" ON "delivery"("channel", "target", "subject", "leaf");

-- CreateIndex
CREATE INDEX "delivery_channel_target_made_idx" ON "delivery"("channel", "target", "made" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "delivery_leaf_channel_target_key" ON "delivery"("leaf", "channel", "target");

-- CreateIndex
CREATE INDEX "webhook_tenant_id_added_idx" ON "webhook"("tenant_id", "added");

-- What is in the trail already is nobody's news: the follower begins at its head.
INSERT INTO "trail_cursor" ("name", "next_leaf") SELECT 'notices', next_leaf FROM "trail_head";
