-- AlterTable
ALTER TABLE "agent_identity" ADD COLUMN     "environment" TEXT;
