import { Hono } from 'hono'
import * as z from 'zod'
import { person } from '../domain/configuration.ts'
import { isSame } from '../domain/same-value.ts'
import { editedMeanwhile } from './concurrent-edits.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { editConfiguration } from './edit-configuration.ts'
import { PageBody } from './paging.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const PeopleBody = PageBody(person)
const listOfPeople = z.array(person).max(10_000)

export const people = new Hono<AppEnv>()
  .use(atLeast('administrator'))
  .get(
    '/',
    describe({
      summary: 'Who may do more than look; a proven member who is not listed is a viewer',
      answer: PeopleBody,
    }),
    async (c) => c.json({ items: await c.var.deps.configuration.people(), nextCursor: null }),
  )
  .put(
    '/',
    describe({
      summary: 'Replaces the list of people',
      description: 'Refused where somebody else changed it since `before`.',
      answer: PeopleBody,
      refusals: [400, 409, 422],
    }),
    validate('json', z.strictObject({ before: listOfPeople, after: listOfPeople })),
    async (c) => {
      const { deps, principal } = c.var
      const { before, after } = c.req.valid('json')
      await editConfiguration(deps, principal.who, async ({ configuration }) => {
        const stored = configuration.people ?? []
        if (isSame(stored, before)) {
          return { document: { ...configuration, people: after }, at: 'people', as: 'after' }
        }
        const subjects = [...stored, ...before].map((one) => `person ${one.connection}/${one.member}`)
        throw await editedMeanwhile(deps, [{ key: 'people', subjects, stored }])
      })
      return c.json({ items: await deps.configuration.people(), nextCursor: null })
    },
  )
