import {
  AddAppInput,
  AppCheck,
  AppView,
  NameAppInput,
  RemoveAppInput,
  RemovedApp,
  ShownApp,
  UpdateAppInput,
} from '@immint/contracts';
import { z } from 'zod';
import { adminProcedure, router } from '../trpc.ts';
import { addApp } from './add.ts';
import { checkApp } from './check.ts';
import { listApps } from './list.ts';
import { removeApp } from './remove.ts';
import { showApp } from './show.ts';
import { updateApp } from './update.ts';

export const appRouter = router({
  add: adminProcedure
    .input(AddAppInput)
    .output(AppView)
    .mutation(({ ctx, input }) => addApp(ctx, input)),
  list: adminProcedure.output(z.array(AppView)).query(({ ctx }) => listApps(ctx)),
  show: adminProcedure
    .input(NameAppInput)
    .output(ShownApp)
    .query(({ ctx, input }) => showApp(ctx, input)),
  update: adminProcedure
    .input(UpdateAppInput)
    .output(AppView)
    .mutation(({ ctx, input }) => updateApp(ctx, input)),
  remove: adminProcedure
    .input(RemoveAppInput)
    .output(RemovedApp)
    .mutation(({ ctx, input }) => removeApp(ctx, input)),
  check: adminProcedure
    .input(NameAppInput)
    .output(AppCheck)
    .mutation(({ ctx, input }) => checkApp(ctx, input)),
});
