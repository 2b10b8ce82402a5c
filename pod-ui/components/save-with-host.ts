import { effect } from '@preact/signals'
import { unsaved } from '../drafts.ts'
import type { Host } from '../host.ts'
import { words } from '../words/words.ts'

let saveShown: (() => Promise<string[]>) | null = null

/** What is to happen when people press Save on the screen around the pod; null where nothing is to be saved in sight. */
export function saveWithHost(save: (() => Promise<string[]>) | null): void {
  saveShown = save
}

/** Keeps the page around the pod told of what is not saved, and saves when it saves. */
export function followHost(host: Host): void {
  let told = false
  effect(() => {
    const dirty = unsaved.value > 0
    if (dirty !== told) host.setDirty(dirty)
    told = dirty
  })
  host.onSave(async () => {
    if (unsaved.value === 0) return []
    const errors = saveShown === null ? [] : await saveShown()
    return errors.length > 0 || unsaved.value === 0 ? errors : [words.drafts.unsaved(unsaved.value)]
  })
}
