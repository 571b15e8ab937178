-- AlterTable
ALTER TABLE "request" ADD COLUMN     "submission" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "request_requester_id_submission_key" ON "request"("requester_id", "submission");

-- CreateIndex
CREATE INDEX "signing_nonce_request_id_person_id_idx" ON "signing_nonce"("request_id", "person_id");
