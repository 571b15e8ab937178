-- AlterTable
ALTER TABLE "resource_server" ADD COLUMN     "removed" TIMESTAMPTZ(3);
