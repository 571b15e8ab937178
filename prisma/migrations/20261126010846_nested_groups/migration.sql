-- CreateTable
CREATE TABLE "group_nesting" (
    "outer_id" TEXT NOT NULL,
    "inner_id" TEXT NOT NULL,
    "added_by" TEXT NOT NULL,
    "added" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "group_nesting_pkey" PRIMARY KEY ("outer_id","inner_id")
);

-- CreateTable
CREATE TABLE "group_reach" (
    "outer_id" TEXT NOT NULL,
    "inner_id" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "given_by" TEXT[],

    CONSTRAINT "group_reach_pkey" PRIMARY KEY ("outer_id","inner_id")
);

-- CreateIndex
CREATE INDEX "group_reach_inner_id_idx" ON "group_reach"("inner_id");
