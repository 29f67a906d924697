// Checks CloudFormation templates offline with AWS's own rules: node scripts/check-cfn.mjs [TEMPLATE…]. The rules are compiled once, which
// takes longer than all the templates.
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';

const given = process.argv.slice(2);
const paths = given.length > 0 ? given : ['.serverless/cloudformation-template-update-stack.json'];
// W3005 and W3011 speak of resources that the framework itself generates (a redundant DependsOn, the deployment bucket).
const generatedByTheFramework = ['W3005', 'W3011'];
const fatal = ['FATAL', 'ERROR'];

const engine = new CelEngine();
try {
  for (const path of paths) {
    const { diagnostics } = engine.validateStandard(new TemplateFile(path), {
      severityLevel: 'WARN',
      exclude: { ids: generatedByTheFramework },
    });
    for (const { severity, ruleId, entity, propertyPath, message } of diagnostics) {
      console.log([severity, ruleId, entity?.logicalId, propertyPath, message].filter(Boolean).join(' '));
    }
    const errors = diagnostics.filter(({ severity }) => fatal.includes(severity)).length;
    console.log(`${path}: ${errors} errors, ${diagnostics.length - errors} warnings`);
    if (errors > 0) process.exitCode = 1;
  }
} finally {
  engine.free();
}
