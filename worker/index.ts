import { app } from './app.ts'
import { createDeps } from './deps.ts'
import { ChainMessage, type Env } from './env.ts'
import { work } from './jobs/chain.ts'
import { buryDead } from './jobs/dead-letters.ts'
import { resume, tick } from './jobs/schedule.ts'

export default {
  fetch: app.fetch,

  async scheduled(controller, env) {
    const deps = await createDeps(env)
    if (controller.cron === 'resume') await resume(deps)
    else await tick(deps, new Date(controller.scheduledTime))
  },

  async queue(batch, env) {
    const deps = await createDeps(env)
    for (const message of batch.messages) {
      const body = ChainMessage.parse(message.body)
      await (batch.queue === 'tallypod-dead' ? buryDead(deps, body) : work(deps, body))
      message.ack()
    }
  },
} satisfies ExportedHandler<Env, unknown>
