import { Hono } from 'hono'
import * as z from 'zod'
import { CheckBody } from './connections.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { Refusal } from './errors.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const id = z.string().min(1).max(100)

export const testWrite = new Hono<AppEnv>().post(
  '/:id/test-write',
  describe({
    summary: 'Makes a line in the PSA, reads it back and takes it away again',
    description:
      'Where a PSA needs that, nothing is written for any company before it succeeded. It is needed again once the connection changed.',
    answer: CheckBody,
    refusals: [400, 404, 409, 422],
  }),
  atLeast('administrator'),
  validate('json', z.strictObject({ agreementId: id, productId: id })),
  async (c) => {
    const { deps, principal } = c.var
    const connection = await deps.configuration.connection(c.req.param('id'))
    if (connection === null) {
      throw new Refusal(
        404,
        'connection_not_found',
        `There is no connection "${c.req.param('id')}". Save it first.`,
      )
    }
    const busy = (await deps.runs.active()) !== null || (await deps.chains.isAwake(`bill:${connection.id}`))
    if (busy) {
      throw new Refusal(
        409,
        'run_in_progress',
        'A run or a change is being carried out, and the test would come in between. Try again when it has ended.',
      )
    }

    const { version } = await deps.configuration.load()
    const { adapter } = await deps.psa(connection.id)
    const tested = await adapter.testWrite(c.req.valid('json'))
    if (tested === null) {
      throw new Refusal(
        409,
        'test_write_not_needed',
        `${connection.name} needs no test write: it can be used as it is.`,
      )
    }
    const at = deps.now().toISOString()
    const counts = tested.ok && (await deps.configuration.setTestedAt(connection.id, version, at))
    await deps.audit.add({
      at,
      who: principal.who,
      subject: `test write ${connection.id}`,
      before: null,
      after: { ...c.req.valid('json'), ok: tested.ok, problems: tested.problems.map(({ code }) => code) },
    })
    return c.json(tested.ok && !counts ? changedMeanwhile : tested)
  },
)

const changedMeanwhile = {
  ok: false,
  problems: [
    {
      code: 'changed_meanwhile',
      message: 'The test went well, but somebody changed the settings while it ran. Run it once more.',
    },
  ],
}
