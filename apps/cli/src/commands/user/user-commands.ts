import type { Command } from 'commander';
import type { Runner } from '../../invocation.ts';
import { addUserBan } from './ban.ts';
import { addUserBanned } from './banned.ts';
import { addUserDeactivate } from './deactivate.ts';
import { addUserDeactivated } from './deactivated.ts';
import { addUserDelete } from './delete.ts';
import { addUserDisconnect } from './disconnect.ts';
import { addUserList } from './list.ts';
import { addUserOnline } from './online.ts';
import { addUserPassword } from './password.ts';
import { addUserReactivate } from './reactivate.ts';
import { addUserRegister } from './register.ts';
import { addUserShow } from './show.ts';
import { addUserUnban } from './unban.ts';
import { addUserUpdate } from './update.ts';

/** `immint user …` */
export function addUserCommands(program: Command, runner: Runner): void {
  const user = program
    .command('user')
    .helpCommand(false)
    .description('Users at the provider, as far as it has the call: `immint app show` says which it has.');
  addUserShow(user, runner);
  addUserUpdate(user, runner);
  addUserBan(user, runner);
  addUserUnban(user, runner);
  addUserBanned(user, runner);
  addUserOnline(user, runner);
  addUserDeactivate(user, runner);
  addUserReactivate(user, runner);
  addUserDeactivated(user, runner);
  addUserRegister(user, runner);
  addUserList(user, runner);
  addUserDelete(user, runner);
  addUserPassword(user, runner);
  addUserDisconnect(user, runner);
}
