-- AlterTable
ALTER TABLE "signing_key" ADD COLUMN     "activated" TIMESTAMPTZ(3),
ADD COLUMN     "ended" TIMESTAMPTZ(3),
ADD COLUMN     "retired" TIMESTAMPTZ(3),
ADD COLUMN     "signed_until" TIMESTAMPTZ(3);

-- No key was rotated before this. What was signed until now, and what old code signs while it is still running, has
-- ended after the longest time a mandate lasts.
UPDATE "signing_key" SET "activated" = "created", "signed_until" = now() + interval '92 days' WHERE "state" = 'active';

-- Whoever rotates, on whichever replica: one key signs, and one is next.
CREATE UNIQUE INDEX "signing_key_one_of_each" ON "signing_key"("state") WHERE "state" IN ('active', 'next');
