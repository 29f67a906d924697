// Checks a packaged CloudFormation template offline with AWS's own rules: node scripts/check-cfn.mjs [TEMPLATE]
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';

const path = process.argv[2] ?? '.serverless/cloudformation-template-update-stack.json';
// W3005 and W3011 speak of resources that the framework itself generates (a redundant DependsOn, the deployment bucket).
const generatedByTheFramework = ['W3005', 'W3011'];
const fatal = ['FATAL', 'ERROR'];

const engine = new CelEngine();
try {
  const { diagnostics } = engine.validateStandard(new TemplateFile(path), {
    severityLevel: 'WARN',
    exclude: { ids: generatedByTheFramework },
  });
  for (const { severity, ruleId, entity, propertyPath, message } of diagnostics) {
    console.log([severity, ruleId, entity?.logicalId, propertyPath, message].filter(Boolean).join(' '));
  }
  const errors = diagnostics.filter(({ severity }) => fatal.includes(severity)).length;
  console.log(`${path}: ${errors} errors, ${diagnostics.length - errors} warnings`);
  process.exitCode = errors > 0 ? 1 : 0;
} finally {
  engine.free();
}
