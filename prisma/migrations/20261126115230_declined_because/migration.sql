-- AlterTable
ALTER TABLE "request" ADD COLUMN     "decline_reason" TEXT;
