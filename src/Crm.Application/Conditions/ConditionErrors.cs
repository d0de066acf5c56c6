using Crm.Application.Binding;
using Crm.Domain.Common;

namespace Crm.Application.Conditions;

/// <summary>Tells what is wrong with a tree that is part of a record along with everything else that is wrong with the record.</summary>
internal static class ConditionErrors
{
    /// <summary>Runs a check and adds what it refuses by its path, or by what <paramref name="at"/> makes of that (one message each then).</summary>
    public static void Collect(this BindErrors errors, string path, Func<object> check, Func<string, string>? at = null)
    {
        try
        {
            check();
        }
        catch (CrmException refusal) when (refusal.Kind == ErrorKind.Validation)
        {
            foreach (var (member, messages) in refusal.Errors ?? new Dictionary<string, string[]> { [path] = [refusal.Message] })
                foreach (var message in messages)
                    if (at is null) errors.Add(member, message);
                    else if (!errors.Has(at(member))) errors.Add(at(member), message);
        }
    }
}
