-- AlterTable
ALTER TABLE "approval" ADD COLUMN     "authenticator_data" TEXT,
ADD COLUMN     "client_data" TEXT,
ADD COLUMN     "credential_id" TEXT,
ADD COLUMN     "credential_key" TEXT,
ADD COLUMN     "origin" TEXT,
ADD COLUMN     "rp_id" TEXT,
ADD COLUMN     "signature" TEXT;

-- CreateTable
CREATE TABLE "passkey" (
    "credential_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "counter" BIGINT NOT NULL,
    "transports" TEXT[],
    "added" TIMESTAMPTZ(3) NOT NULL,
    "last_used" TIMESTAMPTZ(3),

    CONSTRAINT "passkey_pkey" PRIMARY KEY ("credential_id")
);

-- CreateTable
CREATE TABLE "passkey_challenge" (
    "person_id" TEXT NOT NULL,
    "challenge" TEXT NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "passkey_challenge_pkey" PRIMARY KEY ("person_id")
);

-- CreateIndex
CREATE INDEX "passkey_person_id_added_idx" ON "passkey"("person_id", "added");

-- AddForeignKey
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
