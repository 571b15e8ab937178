-- CreateTable
CREATE TABLE "request_comment" (
    "id" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "written" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "request_comment_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "request_comment_request_id_written_idx" ON "request_comment"("request_id", "written");
