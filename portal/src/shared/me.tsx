// Who is signed in and what they may do. A control that may not be used is shown, disabled, and says why and who can.
import { Button, type ButtonProps } from '@fluentui/react-components';
import { createContext, useContext, useId } from 'react';
import type { Actions, Allowed, Me, Schemas } from './api';
import { type I18n, useI18n, type WordKey } from './i18n';
import s from './ui/ui.module.css';

const Context = createContext<Me | null>(null);
export const MeProvider = Context.Provider;
export function useMe(): Me {
  const me = useContext(Context);
  if (!me) throw new Error('useMe is called where nobody is signed in');
  return me;
}

export const roleWords = {
  admin_agent: 'role.adminAgent',
  global_admin: 'role.globalAdmin',
  helpdesk_agent: 'role.helpdeskAgent',
  sales_agent: 'role.salesAgent',
  user_management_admin: 'role.userAdmin',
  assignee: 'role.assignee',
  customer_user: 'role.customerUser',
} as const satisfies Record<Schemas['Role'], WordKey>;

export function whyNot(i18n: I18n, allowed: Allowed): string {
  const who = allowed.whoCan.map((role) => i18n.say(roleWords[role])).join(', ');
  return who ? `${allowed.why} ${i18n.say('may.ask', { who })}` : allowed.why;
}

/** Why something is allowed: a role of the desk in the reader's words, or the role assignment as the server names it. */
export function whySo({ say }: I18n, allowed: Allowed): string {
  return allowed.why in roleWords ? say(roleWords[allowed.why as keyof typeof roleWords]) : allowed.why;
}

/** Whether a record's action may be done, and if not the sentence that says why. */
export function useMay(actions: Actions | undefined, name: keyof Actions): { may: boolean; why: string } {
  const i18n = useI18n();
  const me = useMe();
  const allowed = (actions ?? me.actions)[name];
  const may = allowed.allowed || (!actions && allowed.perRecord === true);
  return { may, why: may ? '' : whyNot(i18n, allowed) };
}

/** A button that stays where it is when it may not be pressed; the reason shows while it has the focus or the pointer. */
export function MayButton({ why, ...button }: ButtonProps & { why: string }) {
  const id = useId();
  if (!why) return <Button {...(button as ButtonProps)} />;
  return (
    <span className={s.may}>
      <Button {...(button as ButtonProps)} disabledFocusable aria-describedby={id} onClick={undefined} />
      <span role="tooltip" id={id}>
        {why}
      </span>
    </span>
  );
}
