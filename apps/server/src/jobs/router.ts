import {
  AddedJobItems,
  AddJobItemsInput,
  CreateJobInput,
  JobItemPage,
  JobPage,
  JobView,
  ListJobItemsInput,
  ListJobsInput,
  NameJobInput,
  PreviewedJobItems,
  PreviewJobItemsInput,
  ResumeJobInput,
} from '@immint/contracts';
import { adminProcedure, router, watchProcedure } from '../trpc.ts';
import { addJobItems } from './add-items.ts';
import { cancelJob, pauseJob, resumeJob, startJob } from './change.ts';
import { createJob } from './create.ts';
import { previewJobItems } from './preview.ts';
import { listJobItems, listJobs, showJob } from './show.ts';
import { watchJob } from './watch.ts';

export const jobRouter = router({
  create: adminProcedure
    .input(CreateJobInput)
    .output(JobView)
    .mutation(({ ctx, input }) => createJob(ctx, input)),
  addItems: adminProcedure
    .input(AddJobItemsInput)
    .output(AddedJobItems)
    .mutation(({ ctx, input }) => addJobItems(ctx, input)),
  preview: adminProcedure
    .input(PreviewJobItemsInput)
    .output(PreviewedJobItems)
    .mutation(({ ctx, input }) => previewJobItems(ctx, input)),
  start: adminProcedure
    .input(NameJobInput)
    .output(JobView)
    .mutation(({ ctx, input }) => startJob(ctx, input)),
  pause: adminProcedure
    .input(NameJobInput)
    .output(JobView)
    .mutation(({ ctx, input }) => pauseJob(ctx, input)),
  resume: adminProcedure
    .input(ResumeJobInput)
    .output(JobView)
    .mutation(({ ctx, input }) => resumeJob(ctx, input)),
  cancel: adminProcedure
    .input(NameJobInput)
    .output(JobView)
    .mutation(({ ctx, input }) => cancelJob(ctx, input)),
  show: adminProcedure
    .input(NameJobInput)
    .output(JobView)
    .query(({ ctx, input }) => showJob(ctx, input)),
  list: adminProcedure
    .input(ListJobsInput)
    .output(JobPage)
    .query(({ ctx, input }) => listJobs(ctx, input)),
  items: adminProcedure
    .input(ListJobItemsInput)
    .output(JobItemPage)
    .query(({ ctx, input }) => listJobItems(ctx, input)),
  watch: watchProcedure.input(NameJobInput).subscription(({ ctx, input, signal }) => watchJob(ctx, input, signal)),
});
