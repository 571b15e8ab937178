-- AlterTable
ALTER TABLE "request" ADD COLUMN     "proposed_under" TEXT;
