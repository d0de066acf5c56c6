using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Records;

/// <summary>The rules of records that are attached to others: who may change that one may change them.</summary>
internal static class Attachment
{
    /// <summary>The resource of the record a link leads to.</summary>
    public static Resource Target(Resource resource, RecordLink link) => resource.AttachedTo.Single(a => a.Link.Name == link.Member).Target;

    /// <summary>Refuses whoever may not change the record that <paramref name="record"/> is attached to; a record that stands by itself is no matter here.</summary>
    /// <exception cref="CrmException">FORBIDDEN.</exception>
    public static void EnsureMayChange(Caller caller, Resource resource, AggregateRoot record)
    {
        if (record is IAttached attached) EnsureMayChange(caller, resource, attached.AttachedTo);
    }

    /// <summary>The same for a link.</summary>
    /// <exception cref="CrmException">FORBIDDEN.</exception>
    public static void EnsureMayChange(Caller caller, Resource resource, RecordLink link)
    {
        var permission = Target(resource, link).Permission("write");
        if (!caller.May(permission)) throw CrmException.Forbidden($"This needs the permission {permission}, for the record it is attached to.");
    }
}
