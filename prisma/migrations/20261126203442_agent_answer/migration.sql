-- CreateTable
CREATE TABLE "agent_answer" (
    "agent_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "answer" TEXT NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "agent_answer_pkey" PRIMARY KEY ("agent_id","key")
);

-- CreateIndex
CREATE INDEX "agent_answer_expires_idx" ON "agent_answer"("expires");
