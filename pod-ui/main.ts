import { learnWords } from './words/words.ts'

const root = document.getElementById('pod')

if (root !== null) {
  // The pod and the words of its visitor come at the same time.
  void Promise.all([import('./start.tsx'), learnWords()]).then(([{ start }]) => start(root))
}
