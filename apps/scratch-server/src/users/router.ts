import {
  BannedUsers,
  BanUsersInput,
  ChangedUser,
  ChangePasswordInput,
  DeactivatedUsers,
  DisconnectUserInput,
  ListedUsers,
  ListUsersInput,
  NameUserInput,
  NameUsersInput,
  OnlineUsers,
  RegisterUsersInput,
  ShownUser,
  UpdatedUser,
  UpdateUserInput,
  UserOperations,
  UserOutcomes,
  UserPageInput,
} from '@immint/contracts';
import { adminProcedure, router } from '../trpc.ts';
import { banUsers } from './ban.ts';
import { listBanned } from './banned.ts';
import { deactivateUsers } from './deactivate.ts';
import { listDeactivated } from './deactivated.ts';
import { deleteUser } from './delete.ts';
import { disconnectUser } from './disconnect.ts';
import { listUsers } from './list.ts';
import { readOnline } from './online.ts';
import { changePassword } from './password.ts';
import { reactivateUsers } from './reactivate.ts';
import { registerUsers } from './register.ts';
import { showUser } from './show.ts';
import { unbanUsers } from './unban.ts';
import { updateUser } from './update.ts';

/** `online` only asks, but so many ids do not fit into a URL, where they would stand in logs too: so it is posted. */
export const userRouter = router({
  show: adminProcedure
    .input(NameUserInput)
    .output(ShownUser)
    .query(({ ctx, input }) => showUser(ctx, input)),
  update: adminProcedure
    .input(UpdateUserInput)
    .output(UpdatedUser)
    .mutation(({ ctx, input }) => updateUser(ctx, input)),
  ban: adminProcedure
    .input(BanUsersInput)
    .output(UserOutcomes)
    .mutation(({ ctx, input }) => banUsers(ctx, input)),
  unban: adminProcedure
    .input(NameUsersInput)
    .output(UserOutcomes)
    .mutation(({ ctx, input }) => unbanUsers(ctx, input)),
  banned: adminProcedure
    .input(UserPageInput)
    .output(BannedUsers)
    .query(({ ctx, input }) => listBanned(ctx, input)),
  online: adminProcedure
    .input(NameUsersInput)
    .output(OnlineUsers)
    .mutation(({ ctx, input }) => readOnline(ctx, input)),
  deactivate: adminProcedure
    .input(NameUsersInput)
    .output(UserOperations)
    .mutation(({ ctx, input }) => deactivateUsers(ctx, input)),
  reactivate: adminProcedure
    .input(NameUsersInput)
    .output(UserOperations)
    .mutation(({ ctx, input }) => reactivateUsers(ctx, input)),
  deactivated: adminProcedure
    .input(UserPageInput)
    .output(DeactivatedUsers)
    .query(({ ctx, input }) => listDeactivated(ctx, input)),
  register: adminProcedure
    .input(RegisterUsersInput)
    .output(UserOutcomes)
    .mutation(({ ctx, input }) => registerUsers(ctx, input)),
  list: adminProcedure
    .input(ListUsersInput)
    .output(ListedUsers)
    .query(({ ctx, input }) => listUsers(ctx, input)),
  delete: adminProcedure
    .input(NameUserInput)
    .output(ChangedUser)
    .mutation(({ ctx, input }) => deleteUser(ctx, input)),
  password: adminProcedure
    .input(ChangePasswordInput)
    .output(ChangedUser)
    .mutation(({ ctx, input }) => changePassword(ctx, input)),
  disconnect: adminProcedure
    .input(DisconnectUserInput)
    .output(ChangedUser)
    .mutation(({ ctx, input }) => disconnectUser(ctx, input)),
});
