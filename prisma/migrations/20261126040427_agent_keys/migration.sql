-- CreateTable
CREATE TABLE "agent_key" (
    "id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "jkt" TEXT NOT NULL,
    "jwk" JSONB NOT NULL,
    "environment" TEXT NOT NULL,
    "added_by" TEXT NOT NULL,
    "added" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "agent_key_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "agent_key_jkt_key" ON "agent_key"("jkt");

-- CreateIndex
CREATE INDEX "agent_key_agent_id_idx" ON "agent_key"("agent_id");

-- AddForeignKey
ALTER TABLE "agent_key" ADD CONSTRAINT "agent_key_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
