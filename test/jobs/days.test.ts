import { describe } from 'vitest'
import { sharedStack } from '../support/shared-stack.ts'
import { adoption } from './days/adoption.ts'
import { approvals } from './days/approvals.ts'
import { askedRuns } from './days/asked-runs.ts'
import { configurationChanges } from './days/configuration-changes.ts'
import { evidence } from './days/evidence.ts'
import { firstRuns } from './days/first-runs.ts'
import { goneTenants } from './days/gone-tenants.ts'
import { holds } from './days/holds.ts'
import { leftBehind } from './days/left-behind.ts'
import { recheck } from './days/recheck.ts'
import { replacements } from './days/replacements.ts'
import { severalTenants } from './days/several-tenants.ts'

/** Days in the life of an MSP, each of its own, through one Worker: starting it takes longer than most of them. */
const stack = sharedStack()

describe('first runs', () => firstRuns(stack))
describe('evidence', () => evidence(stack))
describe('additions that people made', () => adoption(stack))
describe('holding', () => holds(stack))
describe('approving', () => approvals(stack))
describe('replacing lines', () => replacements(stack))
describe('lines left behind', () => leftBehind(stack))
describe('tenants that are gone', () => goneTenants(stack))
describe('runs that people ask for', () => askedRuns(stack))
describe('looking again', () => recheck(stack))
describe('several tenants of a company', () => severalTenants(stack))
describe('saving during a run', () => configurationChanges(stack))
