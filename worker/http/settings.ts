import { Hono } from 'hono'
import * as z from 'zod'
import { settings as SettingsShape } from '../domain/configuration.ts'
import { isSame } from '../domain/same-value.ts'
import { editedMeanwhile } from './concurrent-edits.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { editConfiguration } from './edit-configuration.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const SettingsBody = z.object({ settings: SettingsShape })

export const settings = new Hono<AppEnv>()
  .get(
    '/',
    describe({ summary: 'When runs start, and what waits for a person', answer: SettingsBody }),
    async (c) => c.json({ settings: await c.var.deps.configuration.settings() }),
  )
  .put(
    '/',
    describe({
      summary: 'Changes the settings',
      description: 'Refused where somebody else changed them since `before`.',
      answer: SettingsBody,
      refusals: [400, 409, 422],
    }),
    atLeast('administrator'),
    validate('json', z.strictObject({ before: SettingsShape, after: SettingsShape })),
    async (c) => {
      const { deps, principal } = c.var
      const { before, after } = c.req.valid('json')
      await editConfiguration(deps, principal.who, async ({ configuration }) => {
        const stored = configuration.settings
        if (!isSame(stored, before)) throw await editedMeanwhile(deps, [clash(stored)])
        return { document: { ...configuration, settings: after }, at: 'settings', as: 'after' }
      })
      return c.json({ settings: await deps.configuration.settings() })
    },
  )

type Stored = z.output<typeof SettingsShape>

function clash(stored: Stored) {
  return { key: 'settings', subjects: Object.keys(stored).map((name) => `setting ${name}`), stored }
}
