import { isObjectId } from '../input/cell/evidence.ts';
import { cut, grouped } from '../printable.ts';
import type { Oddity } from './oddities.ts';
import type { PlanSummary } from './plan-summary.ts';

const maxNamed = 5;

/**
 * Apps by their names, or other IDs than GenAuth's own: a tenant knows none of them, and a row would sign nobody out.
 * @param wasAsked GenAuth was asked for its apps, and did not say.
 */
export function findAppForms(
  { usersByApp }: Pick<PlanSummary, 'usersByApp'>,
  wasAsked = false,
): Oddity | undefined {
  const others = usersByApp
    .filter(({ appId }) => !isObjectId(appId))
    .map(({ appId }) => `"${cut(appId, 40)}"`);
  if (others.length === 0) return undefined;
  const named = others.slice(0, maxNamed).join(', ');
  const rest = others.length > maxNamed ? ` and ${grouped(others.length - maxNamed)} more` : '';
  const [what, are] = others.length === 1 ? ['app ID', 'is'] : ['app IDs', 'are'];
  return {
    kind: 'app_form',
    message: `${grouped(others.length)} of ${grouped(usersByApp.length)} ${what} ${are} not of 24 hexadecimal digits, as GenAuth's are: ${named}${rest}. ${wasAsked ? 'The list of apps could not be read, so they are sent as they stand, and a name is no ID.' : 'Names are found only where the list of apps can be read: run asks for it, and check --look-up shows what it will do.'}`,
    lines: [],
  };
}
