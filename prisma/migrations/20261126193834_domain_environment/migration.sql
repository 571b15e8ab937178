-- AlterTable
ALTER TABLE "agent_identity" ADD COLUMN     "by_domain" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "oidc_issuer" ADD COLUMN     "environment" TEXT;

-- AlterTable
ALTER TABLE "trust_domain" ADD COLUMN     "environment" TEXT;
