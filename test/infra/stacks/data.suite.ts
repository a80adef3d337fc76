import { describe, expect, it } from '@jest/globals';
import { deployment, only } from '../synthesize.ts';
import { snapshotOf } from '../snapshot.ts';

const { templates, data } = deployment();
const lasting = ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret', 'AWS::Events::EventBus'];

describe('the data stack', () => {
  it.each(lasting)('keeps its %s when the stack goes', (type) => {
    expect(only(templates.data, type)).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('cannot be deleted by mistake', () => {
    expect(data.terminationProtection).toBe(true);
  });

  it('leaves nothing behind in a trial', () => {
    const trial = deployment({ keepData: 'false' });
    expect(trial.data.terminationProtection).toBe(false);
    for (const type of lasting) expect(only(trial.templates.data, type).DeletionPolicy).toBe('Delete');
  });

  it('has a sealing key of 64 random letters and digits', () => {
    templates.data.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
    });
  });

  it('names the bus after the deployment', () => {
    templates.data.hasResourceProperties('AWS::Events::EventBus', { Name: 'latchkey' });
  });

  it('belongs to no account and no region', () => {
    expect(data.environment).toBe('aws://unknown-account/unknown-region');
  });

  it('is as it was', () => {
    expect(snapshotOf(templates.data)).toMatchSnapshot();
  });
});
