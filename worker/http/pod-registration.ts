import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { isPsa } from '../domain/configuration.ts'
import type { PodProblem, PodSetup } from '../psa/port.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { Refusal } from './errors.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const height = 600

const ProblemBody = z.object({
  code: z.string(),
  message: z.string(),
  details: z.object({ reply: z.string() }).optional(),
})

/** What a person enters in the PSA where it can't be done from here, beside the clientId of the connection. */
const ManualBody = z.object({
  description: z.string(),
  url: z.string(),
  origin: z.string(),
  type: z.literal('Pod'),
  podHeight: z.int(),
})

const PodBody = z.object({
  /** Null where the PSA does not let us know. */
  registered: z.boolean().nullable(),
  screens: z.array(z.object({ id: z.string(), name: z.string() })),
  problem: ProblemBody.nullable(),
  manual: ManualBody,
})

/** Of the screens that were asked for, `made` show it since now. */
const RegistrationBody = z.discriminatedUnion('registered', [
  z.object({ registered: z.literal(true), made: z.array(z.string()) }),
  z.object({
    registered: z.literal(false),
    made: z.array(z.string()),
    problem: ProblemBody,
    manual: ManualBody,
  }),
])

/** Below a connection. */
export const podRegistration = new Hono<AppEnv>()
  .get(
    '/:id/pod',
    describe({
      summary: 'Whether the PSA shows the pod, and how to have it shown',
      answer: PodBody,
      refusals: [404, 502, 503],
    }),
    atLeast('administrator'),
    async (c) => {
      const { deps } = c.var
      const id = c.req.param('id')
      const pod = podOf(new URL(c.req.url).origin)
      const { adapter } = await hostOf(deps, id)
      const state = await adapter.podState(pod)
      return c.json({
        registered: state?.registered ?? null,
        screens: state?.screens ?? [],
        problem: state?.problem ? problemBody(state.problem) : null,
        manual: manualOf(pod),
      })
    },
  )
  .post(
    '/:id/pod',
    describe({
      summary: 'Puts the pod on screens of the PSA',
      description: 'Screens that show it already stay as they are.',
      answer: RegistrationBody,
      refusals: [400, 404, 422, 502, 503],
    }),
    atLeast('administrator'),
    validate('json', z.strictObject({ screens: z.array(z.string()).min(1).max(20) })),
    async (c) => {
      const { deps, principal } = c.var
      const id = c.req.param('id')
      const pod = podOf(new URL(c.req.url).origin)
      const { adapter } = await hostOf(deps, id)
      const { made, problem } = (await adapter.registerPod(pod, c.req.valid('json').screens)) ?? notPossible
      if (made.length > 0) {
        await deps.audit.add({
          at: deps.now().toISOString(),
          who: principal.who,
          subject: `pod ${id}`,
          before: null,
          after: { screens: made, url: pod.url },
        })
      }
      if (problem === null) return c.json({ registered: true as const, made })
      return c.json({
        registered: false as const,
        made,
        problem: problemBody(problem),
        manual: manualOf(pod),
      })
    },
  )

const notPossible: { made: string[]; problem: PodProblem } = {
  made: [],
  problem: {
    code: 'not_offered',
    message: 'This PSA has no place for a pod. Open tallypod in a page of its own.',
    reply: null,
  },
}

function podOf(origin: string): PodSetup {
  return { description: 'tallypod', url: `${origin}/pod?id=[cw_id]&screen=[cw_screen]`, origin, height }
}

async function hostOf(deps: Deps, id: string) {
  const connection = await deps.configuration.connection(id)
  if (connection === null || !isPsa(connection.kind)) {
    throw new Refusal(404, 'connection_not_found', `There is no connection "${id}" that can show a pod.`)
  }
  return deps.psa(id)
}

function problemBody({ code, message, reply }: PodProblem): z.output<typeof ProblemBody> {
  return { code, message, ...(reply === null ? {} : { details: { reply } }) }
}

function manualOf(pod: PodSetup): z.output<typeof ManualBody> {
  return {
    description: pod.description,
    url: pod.url,
    origin: pod.origin,
    type: 'Pod',
    podHeight: pod.height,
  }
}
