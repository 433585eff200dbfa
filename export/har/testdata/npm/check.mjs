// Says of each HTTP Archive named on the command line what har-validator and
// har-to-k6 say about it, and where Chrome DevTools reads something else than the
// archive says: nothing where it is fine. The exit code is 1 where something is
// wrong.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { devtools } from './devtools.mjs'

const require = createRequire(import.meta.url)
const validator = require('har-validator/lib/promise')
const { liHARToK6Script } = require('har-to-k6')

console.warn = () => {} // har-to-k6 says what it infers

let wrong = 0
for (const file of process.argv.slice(2)) {
  const say = what => {
    wrong++
    console.log(`${file}: ${what}`)
  }
  const archive = JSON.parse(readFileSync(file, 'utf8'))
  await validator.har(archive).catch(e => say('har-validator: ' + JSON.stringify(e.errors?.slice(0, 5) ?? String(e))))
  if (archive.log.entries.length > 0) {
    await liHARToK6Script(archive).catch(e => say('har-to-k6: ' + e.message))
  }
  await devtools(archive, what => say('devtools: ' + what)).catch(e => say('devtools: ' + e.stack))
}
process.exitCode = wrong > 0 ? 1 : 0
