import * as z from 'zod'

export const role = z.enum(['viewer', 'technician', 'administrator'])

/** Whom a browser is signed in as, and until when. */
export const SessionBody = z.object({ member: z.string(), role, expiresAt: z.iso.datetime().nullable() })
