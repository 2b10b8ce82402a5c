import type { Hono } from 'hono'
import { openAPIRouteHandler } from 'hono-openapi'
import type { AppEnv } from './context.ts'
import { version } from './health.ts'

/** The OpenAPI 3.1 document of these routes, made from the schemas that check their requests. */
export function openApi(routes: Hono<AppEnv>) {
  return openAPIRouteHandler(routes, {
    defaultValidationErrorResponse: false,
    documentation: {
      info: {
        title: 'tallypod',
        version,
        description:
          'Counts Kaspersky licences per customer and keeps the recurring bill in the PSA equal to the count.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
  })
}
