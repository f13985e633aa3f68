import {
  AddAppInput,
  AppCheck,
  AppView,
  CutOver,
  GiveSecretInput,
  NameAppInput,
  RemoveAppInput,
  RemovedApp,
  ShownApp,
  UpdateAppInput,
} from '@immint/contracts';
import { z } from 'zod';
import { adminProcedure, router } from '../trpc.ts';
import { abortSecret } from './abort-secret.ts';
import { addApp } from './add.ts';
import { checkApp } from './check.ts';
import { correctSecret } from './correct-secret.ts';
import { cutOverSecret } from './cut-over-secret.ts';
import { listApps } from './list.ts';
import { removeApp } from './remove.ts';
import { showApp } from './show.ts';
import { stageSecret } from './stage-secret.ts';
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
  stageSecret: adminProcedure
    .input(GiveSecretInput)
    .output(AppView)
    .mutation(({ ctx, input }) => stageSecret(ctx, input)),
  cutOverSecret: adminProcedure
    .input(NameAppInput)
    .output(CutOver)
    .mutation(({ ctx, input }) => cutOverSecret(ctx, input)),
  abortSecret: adminProcedure
    .input(NameAppInput)
    .output(AppView)
    .mutation(({ ctx, input }) => abortSecret(ctx, input)),
  correctSecret: adminProcedure
    .input(GiveSecretInput)
    .output(AppView)
    .mutation(({ ctx, input }) => correctSecret(ctx, input)),
});
