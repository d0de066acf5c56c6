namespace Crm.Infrastructure.Postgres;

/// <summary>The service cannot start for a reason its operator can remove. The message is the whole answer: print it, exit 1, no stack trace.</summary>
public class StartupException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another process holds the data folder.</summary>
public sealed class DataFolderInUseException(string message) : StartupException(message);
