import { readFileSync } from 'node:fs';
import { type CloudFormationClient, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { outcomeOf, type Point } from './points.ts';

/** What is needed to look at the services that a stack uses; nothing of a stack has to be there. */
export interface ServiceSetup {
  readonly secrets: SecretsManagerClient;
  readonly cloudFormation: CloudFormationClient;
  /** Asks Step Functions whether it would take this definition: its `result`, and what it complains of. */
  readonly validateMachine: (definition: string) => Promise<MachineAnswer>;
  /** `arn:PARTITION:SERVICE:REGION:ACCOUNT:` and what follows. */
  readonly arnOf: (service: string, rest: string) => string;
}

/** Step Functions API reference, ValidateStateMachineDefinition: what is looked at of its answer. */
export interface MachineAnswer {
  readonly result?: string;
  readonly diagnostics?: readonly { readonly code?: string; readonly message?: string }[];
}

/** What the product assumes of these services. Each call reads or judges, and makes nothing. */
export const servicePoints: readonly Point<ServiceSetup>[] = [
  {
    name: 'the state machine of reviews',
    assumed: 'OK',
    needs: 'states:ValidateStateMachineDefinition',
    look: async ({ arnOf, validateMachine }) => {
      const definition = readFileSync('deploy/review-until-done.asl.json', 'utf8').replaceAll(
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in (deploy/machines.yml).
        '${FunctionArn}',
        arnOf('lambda', 'function:oar-smoke'),
      );
      const answer = await validateMachine(definition).catch((error: Error) => error);
      if (answer instanceof Error) return `refused: ${answer.name}`;
      const { diagnostics = [], result } = answer;
      return [result, ...diagnostics.map(({ code, message }) => `${code}: ${message}`)].join('; ');
    },
  },
  ...['member-roles.yml', 'deploy-role.yml'].map(
    (file): Point<ServiceSetup> => ({
      name: `the template deploy/${file}`,
      assumed: 'accepted',
      needs: 'cloudformation:ValidateTemplate',
      look: ({ cloudFormation }) =>
        outcomeOf(
          cloudFormation.send(
            new ValidateTemplateCommand({ TemplateBody: readFileSync(`deploy/${file}`, 'utf8') }),
          ),
        ),
    }),
  ),
  {
    name: 'a secret that does not exist',
    assumed: 'refused: ResourceNotFoundException',
    needs: 'secretsmanager:GetSecretValue',
    look: ({ arnOf, secrets }) =>
      outcomeOf(
        secrets.send(
          new GetSecretValueCommand({ SecretId: arnOf('secretsmanager', 'secret:oar-smoke/none-AbCd12') }),
        ),
      ),
  },
];
