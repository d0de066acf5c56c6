namespace Crm.Application.Abstractions;

/// <summary>An answer that is a secret, shown this once: it is neither kept for a retry nor compressed.</summary>
public interface ISecretAnswer;
