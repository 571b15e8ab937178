-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "hours_rev" INTEGER NOT NULL DEFAULT 0;
