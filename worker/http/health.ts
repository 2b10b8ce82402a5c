import { Hono } from 'hono'
import * as z from 'zod'
import manifest from '../../package.json' with { type: 'json' }
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'

const HealthBody = z.object({ ok: z.literal(true), version: z.string() })

export const version = manifest.version

export const health = new Hono<AppEnv>().get(
  '/',
  describe({ summary: 'Whether tallypod runs', answer: HealthBody, isOpen: true }),
  (c) => c.json({ ok: true, version }),
)
