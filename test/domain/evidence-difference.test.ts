import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Counted, evidenceDifference } from '../../worker/domain/evidence-difference.ts'
import type { Category } from '../../worker/domain/usage.ts'

function device(name: string, category: Category = 'workstation', more: Partial<Counted> = {}): Counted {
  return { id: name, name, application: 'kes-business-advanced', category, tenant: 'ksc/acme', ...more }
}

const named = ({ added, removed, moved }: ReturnType<typeof evidenceDifference<Counted>>) => ({
  added: added.map(({ name }) => name),
  removed: removed.map(({ name }) => name),
  moved: moved.map(({ from, to }) => `${to.name}: ${from.category} to ${to.category}`),
})

test('two that came and one that left are named', () => {
  const found = evidenceDifference(
    [device('pc-1'), device('pc-2')],
    [device('pc-2'), device('srv-3'), device('ws-117')],
  )

  expect(named(found)).toEqual({ added: ['srv-3', 'ws-117'], removed: ['pc-1'], moved: [] })
})

test('a device under a new name is the same device', () => {
  const found = evidenceDifference([device('pc-1')], [device('pc-1', 'workstation', { name: 'reception' })])

  expect(named(found)).toEqual({ added: [], removed: [], moved: [] })
})

test('a workstation that became a server has moved: it neither came nor left', () => {
  const found = evidenceDifference([device('pc-1')], [device('pc-1', 'server')])

  expect(named(found)).toEqual({ added: [], removed: [], moved: ['pc-1: workstation to server'] })
})

test('telling devices apart by category is no move', () => {
  const found = evidenceDifference([device('pc-1', 'all')], [device('pc-1', 'server')])

  expect(named(found)).toEqual({ added: [], removed: [], moved: [] })
})

test.each([
  ['application', { application: 'edr-optimum' }],
  ['tenant', { tenant: 'ksc2/acme' }],
])('the same device of another %s is another one', (_, more) => {
  const found = evidenceDifference([device('pc-1')], [device('pc-1', 'workstation', more)])

  expect(named(found)).toEqual({ added: ['pc-1'], removed: ['pc-1'], moved: [] })
})

const key = ({ tenant, application, id }: Counted) => `${tenant} ${application} ${id}`

const evidence = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('1', '2', '3', '4', '5'),
    name: fc.constantFrom('pc', 'srv'),
    application: fc.constantFrom('kes-cloud', 'edr-optimum'),
    category: fc.constantFrom<Category>('all', 'workstation', 'server', 'other'),
    tenant: fc.constantFrom('ksc/a', 'hub/a'),
  }),
  { selector: key },
)

test('what was there, with what came and without what left, is what is there', () => {
  fc.assert(
    fc.property(evidence, evidence, (from, to) => {
      const { added, removed, moved } = evidenceDifference(from, to)

      const gone = new Set(removed.map(key))
      const kept = from.map(key).filter((one) => !gone.has(one))
      expect([...kept, ...added.map(key)].sort()).toEqual(to.map(key).sort())
      expect(added.map(key).filter((one) => gone.has(one))).toEqual([])
      expect(from.length + added.length - removed.length).toBe(to.length)
      const keptSet = new Set(kept)
      expect(moved.every((one) => keptSet.has(key(one.to)) && key(one.from) === key(one.to))).toBe(true)
    }),
  )
})

test('the way back is the same with both ends changed over', () => {
  fc.assert(
    fc.property(evidence, evidence, (from, to) => {
      const there = evidenceDifference(from, to)
      const back = evidenceDifference(to, from)

      expect(back.added.map(key)).toEqual(there.removed.map(key))
      expect(back.removed.map(key)).toEqual(there.added.map(key))
      expect(back.moved.length).toBe(there.moved.length)
    }),
  )
})
