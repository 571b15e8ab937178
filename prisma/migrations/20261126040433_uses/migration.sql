-- AlterTable
ALTER TABLE "grant_scope" ADD COLUMN     "asks_online" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "permission_grant" ADD COLUMN     "uses" INTEGER,
ADD COLUMN     "uses_left" INTEGER;

-- AlterTable
ALTER TABLE "request_scope" ADD COLUMN     "asks_online" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "resource_server" ADD COLUMN     "asks_online" BOOLEAN NOT NULL DEFAULT false;
