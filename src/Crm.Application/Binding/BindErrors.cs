using Crm.Domain.Common;

namespace Crm.Application.Binding;

/// <summary>Collects everything that is wrong with a body, by camelCase path, so that the caller learns it at once.</summary>
public sealed class BindErrors
{
    private static readonly Dictionary<string, List<string>> None = [];
    // Made with the first error: nearly every request has none.
    private Dictionary<string, List<string>> _errors = None;

    /// <summary>How many messages there are.</summary>
    public int Count { get; private set; }

    /// <summary>True when something is wrong.</summary>
    public bool Any => Count > 0;

    /// <summary>True when something is wrong at this path.</summary>
    public bool Has(string path) => _errors.ContainsKey(path);

    /// <summary>The first message.</summary>
    public string First => _errors.Values.First()[0];

    /// <summary>The members of the body that something is wrong with, or within.</summary>
    public IReadOnlySet<string> Members => _errors.Keys.Select(path => path.Split('.', '[')[0]).ToHashSet(StringComparer.Ordinal);

    /// <summary>Adds one message.</summary>
    public void Add(string path, string message)
    {
        if (ReferenceEquals(_errors, None)) _errors = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        if (!_errors.TryGetValue(path, out var messages)) _errors[path] = messages = [];
        messages.Add(message);
        Count++;
    }

    /// <summary>Refuses the body when anything is wrong with it.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED.</exception>
    public void ThrowIfAny()
    {
        if (Any) throw CrmException.Validation(_errors.ToDictionary(e => e.Key, e => e.Value.ToArray()));
    }
}
