import type { Stack } from '../stack.ts'
import { autotaskSide } from './autotask.ts'
import { connectWiseSide } from './connectwise.ts'
import type { Side } from './side.ts'
import { tigerpawSide } from './tigerpaw.ts'

/** Each PSA by its name. */
export const everySide: [string, (stack: Stack) => Side][] = [
  ['ConnectWise', ({ cw }) => connectWiseSide(cw)],
  ['Autotask', ({ at }) => autotaskSide(at)],
  ['Tigerpaw', ({ tp }) => tigerpawSide(tp)],
]
