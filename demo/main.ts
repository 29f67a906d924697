import { playReview } from './story.ts';
import { demoUsage, readDemoOptions } from './options.ts';
import { setStage } from './stage.ts';
process.removeAllListeners('warning');
const options = readDemoOptions(process.argv.slice(2));
if (options === 'help') console.log(demoUsage);
else {
  const stage = await setStage(options);
  const result = await playReview(stage, 'ou-ex01-development', (p) => console.error(JSON.stringify(p).slice(0,100)));
  console.log(result.changes.length, result.findings.length, stage.sandbox.events().map((e) => e.detailType), stage.sandbox.messages().map((m) => [m.to, m.subject, m.text]));
  const again = await playReview(stage, 'ou-ex01-development', () => {});
  console.log(again.changes.map(c=>[c.id,c.revision]), stage.sandbox.events().length, stage.sandbox.messages().length);
  await stage.sandbox.close();
}
